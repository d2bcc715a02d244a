Syntax errors of JSON name file, line and column, and point at the place; status 3.

A comma too many.

$ cat >m.json <<END
> {
>   "schema": "scmoesim/model/1",
>   "name": "mine",
> }
> END
$ scmoesim check m.json
! scmoesim: m.json:4:1: expected a member's name in double quotes after ',', got '}'
!     }
!     ^
[3]

A comma too few.

$ cat >m.json <<END
> { "schema": "scmoesim/model/1",
>   "name": "mine"
>   "dtype": "fp16" }
> END
$ scmoesim run --model ./m.json
! scmoesim: ./m.json:3:3: expected ',' or '}', got '"'
!       "dtype": "fp16" }
!       ^
[3]

A bracket that was never closed; one that was never opened.

$ echo '{ "schema": "scmoesim/model/1", "stages": [ { "layers": 2 }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:2:1: expected ',' or ']', got the end of the text
!     
!     ^
[3]
$ echo '{ "schema": "scmoesim/model/1" } }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:34: expected nothing after the document, got '}'
!     { "schema": "scmoesim/model/1" } }
!                                      ^
[3]

Numbers that JSON does not have, and numbers too large for a double.

$ echo '{ "tokens_per_gpu": NaN }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:21: expected a value, got "NaN"
!     { "tokens_per_gpu": NaN }
!                         ^
[3]
$ echo '{ "tokens_per_gpu": inf }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:21: expected a value, got "inf"
!     { "tokens_per_gpu": inf }
!                         ^
[3]
$ echo '{ "tokens_per_gpu": -Infinity }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:22: expected a digit after '-', got "Infinity"
!     { "tokens_per_gpu": -Infinity }
!                          ^
[3]
$ echo '{ "tokens_per_gpu": 1e999 }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:21: the number is too large: 1e999
!     { "tokens_per_gpu": 1e999 }
!                         ^
[3]
$ echo '{ "tokens_per_gpu": 0x10 }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:22: expected ',' or '}', got 'x'
!     { "tokens_per_gpu": 0x10 }
!                          ^
[3]
$ echo '{ "tokens_per_gpu": 016 }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:21: a number with a leading zero
!     { "tokens_per_gpu": 016 }
!                         ^
[3]
$ echo '{ "tokens_per_gpu": .5 }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:21: expected a value, got '.'
!     { "tokens_per_gpu": .5 }
!                         ^
[3]

Words and comments that JSON does not have.

$ echo "{ 'name': 'mine' }" >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:3: expected a member's name in double quotes or '}', got '''
!     { 'name': 'mine' }
!       ^
[3]
$ echo '{ "causal": True }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:13: expected a value, got "True"
!     { "causal": True }
!                 ^
[3]
$ echo '{ "causal": true // as in GPT
> }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:18: expected ',' or '}', got a comment, which JSON does not have
!     { "causal": true // as in GPT
!                      ^
[3]

A duplicate member is no syntax error to most parsers, and a trap: which of the two counts?

$ echo '{ "name": "mine",
>   "experts": 8, "experts": 16 }' >m.json
$ scmoesim check m.json
! scmoesim: m.json: /: duplicate member "experts"
[3]

Text after the document; bytes that are not UTF-8; an unknown escape; a tab inside a string.

$ echo '{ "name": "mine" } { }' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:20: expected nothing after the document, got '{'
!     { "name": "mine" } { }
!                        ^
[3]
$ printf '{ "name": "caf\351" }\n' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:15: not UTF-8 text: byte 0xe9
!     { "name": "caf?" }
!                   ^
[3]
$ echo '{ "name": "C:\\data\\q" }' | sed 's/\\\\/\\/g' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:14: unknown escape in a string; a backslash itself is \\
!     { "name": "C:\data\q" }
!                  ^
[3]
$ printf '{ "name": "a\tb" }\n' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:13: byte 0x09 in a string; write \u0009
!     { "name": "a b" }
!                 ^
[3]

The caret stands under the character, whatever stands before it, and long lines are clipped.

$ printf '{ "name": "größer", x }\n' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:21: expected a member's name in double quotes after ',', got 'x'
!     { "name": "größer", x }
!                         ^
[3]
$ printf '{\t"name":\t"mine", x }\n' >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:19: expected a member's name in double quotes after ',', got 'x'
!     { "name": "mine", x }
!                       ^
[3]
$ (printf '{ "summary": "'; printf 'long %.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
>  printf '", x }\n') >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:118: expected a member's name in double quotes after ',', got 'x'
!     ...g long long long long long long ", x }
!                                           ^
[3]

Deeper than any real input.

$ (printf '[%.0s' $(seq 100); printf ']%.0s' $(seq 100); echo) >m.json
$ scmoesim check m.json
! scmoesim: m.json:1:65: nested deeper than 64
!     ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]...
!                                           ^
[3]
