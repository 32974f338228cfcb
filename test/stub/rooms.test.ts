import { roomsContract } from '../contracts/rooms.ts';

roomsContract(1);
