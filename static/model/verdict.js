import { percent } from "./format.js";

// What the net says of a drawing, in words. An answer's verdict is "digit", "not
// sure" or "not a digit"; where the server does not judge, it is a digit.

export const article = (name) => (/^[aeiou8]/i.test(name) ? `an ${name}` : `a ${name}`);

// ranking returns the classes, the most probable first.
export const ranking = (probabilities) =>
  probabilities.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);

export function verdictText({ verdict = "digit", confidence, label, probabilities }, classes) {
  if (verdict === "not a digit") return "not a digit";
  const name = (i) => article(String(classes[i] ?? i));
  if (verdict === "not sure") {
    const [first, second] = ranking(probabilities);
    return second === undefined ? `not sure: perhaps ${name(first)}` : `not sure: ${name(first)}, or ${name(second)}`;
  }
  return `${name(label)}, ${sureText(confidence ?? probabilities[label])}`;
}

// sureText does not say 100 %, which nothing is, and keeps its words on a line.
const sureText = (confidence) => `${confidence > 0.9995 ? "over 99.9 %" : percent(confidence)} sure`.replaceAll(" ", "\u00a0");

// labelText is the shortest answer.
export const labelText = ({ verdict, label }, classes) => (verdict === "not a digit" ? "?" : String(classes[label] ?? label));
