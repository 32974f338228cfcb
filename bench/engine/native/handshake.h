/* The server's half of a WebSocket handshake (RFC 6455, section 4.2.2): SHA-1 (RFC 3174) and base64 (RFC 4648). */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t rotate(uint32_t word, int bits) { return (word << bits) | (word >> (32 - bits)); }

static void sha1_block(uint32_t hash[5], const uint8_t *block) {
  uint32_t w[80];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
  for (int i = 0; i < 80; i++) {
    uint32_t mix = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999u
                   : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1u
                   : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDCu
                            : (b ^ c ^ d) + 0xCA62C1D6u;
    uint32_t next = rotate(a, 5) + mix + e + w[i];
    e = d, d = c, c = rotate(b, 30), b = a, a = next;
  }
  hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e;
}

/* For texts of at most 119 bytes: two blocks. */
static void sha1(const char *text, size_t length, uint8_t digest[20]) {
  uint32_t hash[5] = {0x67452301u, 0xEFCDAB89u, 0x98BADCFEu, 0x10325476u, 0xC3D2E1F0u};
  uint8_t padded[128] = {0};
  memcpy(padded, text, length);
  padded[length] = 0x80;
  size_t blocks = length < 56 ? 1 : 2;
  padded[blocks * 64 - 2] = (uint8_t)(length * 8 >> 8);
  padded[blocks * 64 - 1] = (uint8_t)(length * 8);
  for (size_t i = 0; i < blocks; i++) sha1_block(hash, padded + 64 * i);
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(hash[i / 4] >> (24 - 8 * (i % 4)));
}

/* 20 bytes become 28 characters, the last of them `=`. */
static void base64_of_digest(const uint8_t digest[20], char out[29]) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint8_t bytes[21] = {0};
  memcpy(bytes, digest, 20);
  for (int i = 0; i < 7; i++) {
    uint32_t group = (uint32_t)bytes[3 * i] << 16 | bytes[3 * i + 1] << 8 | bytes[3 * i + 2];
    for (int k = 0; k < 4; k++) out[4 * i + k] = digits[group >> (18 - 6 * k) & 63];
  }
  out[27] = '=';
  out[28] = 0;
}

/* `key`: 24 characters. */
static void accept_key(const char *key, char out[29]) {
  char text[61];
  uint8_t digest[20];
  snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  sha1(text, 60, digest);
  base64_of_digest(digest, out);
}

#endif
