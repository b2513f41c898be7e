const ANSWER = `    totalCount
    edges {
      message { sentAt conversationName senderName senderId text recall { at by } sources { source kind } }
      highlights { snippet spans { start end } }
    }`;

/** What the explorer opens with, a tab each. The demo's archive has answers to all of them. */
export const SAMPLE_QUERIES: readonly string[] = [
  `# A code word for cash, in both scripts. Ctrl-Enter runs it, Ctrl-Space completes it; the book on the left describes every field.
{
  search(input: { text: "茶葉 盒 -茶水間", first: 10 }) {
${ANSWER}
    facets(fields: [senderId, conversationId], first: 5) {
      field
      buckets { value label count }
    }
    histogram(interval: MONTH, timeZone: "Asia/Macau") { start count }
    completeness { recordsRejected attachmentsNotSearched { state count } }
  }
}
`,
  `# Where they went when the talk got dangerous.
{
  search(input: { text: "\\"加我私人\\" OR \\"換個號\\" OR \\"換WhatsApp\\"", first: 10 }) {
${ANSWER}
  }
}
`,
  `# Recalled within two minutes. One of the two captures has the recall alone; the other one has the text.
{
  search(input: { text: "望嶼 顧問費", filter: { isRecalled: true, recalledWithinSeconds: 120 }, first: 10 }) {
${ANSWER}
  }
}
`,
];
