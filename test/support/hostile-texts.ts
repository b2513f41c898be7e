/** What query languages, databases and shells make something of. */
// prettier-ignore
export const HOSTILE_TEXTS: readonly string[] = [
  '"', '""', '"""', "'", "''", '`', '\\', '\\"', '\\\\', '*', 'a*', '*a', '^', '^a', 'a^2', '-', '--', '-a', 'a-b', '+', ':', 'clean:a', 'clean : "a"', '{clean raw} : "a"', 'tokens:m202603', 'rowid:1', '(', ')', '()',
  '(a', 'a)', '((a))', 'AND', 'OR', 'NOT', 'a AND b', 'a OR b', 'a NOT b', 'NEAR', 'NEAR(a b)', 'NEAR(a b, 5)', 'a NEAR/5 b', 'a NEAR/', 'a NEAR/99999 b', 'PRE/0', "'; DROP TABLE message; --", "' OR '1'='1", '%', '_', 'a%b', '[a-z]',
  '\0', 'a\0b', 'a" \0 OR "b', '\u0001', '\u001a', '\u001f', '\u007f', '\ufeff', '\u{E000}', '\u{E022}', '\u{E080}', '\u{E0A0}', '\u{E0D0}1', '\ud83d', '\udc4d', '${7*7}', '{{7*7}}', '<script>', '../../etc/passwd', '$where', '{"match_all":{}}', '/.*/', '~', 'a~1', '!', '|', '||', '&&',
  '<', '>', '?', '=', '=a', '#', '#12', '@', ';', ',', '。', '（', '）', '“', '”', '－a', 'body:', 'body:a', 'name：a', 'attachment:"a', '合同', '合*同', '合"同', "合'同",
];
