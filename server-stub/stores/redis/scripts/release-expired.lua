return answer(sweep())
