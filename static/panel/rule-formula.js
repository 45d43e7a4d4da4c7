// The optimizers' rules as MathML.

function math(tag, ...children) {
  const el = document.createElementNS("http://www.w3.org/1998/Math/MathML", tag);
  el.append(...children);
  return el;
}

const text = (value) => math("mtext", value);
const letter = (value) => math("mi", value);
const sign = (value) => math("mo", value);
const hat = (name) => math("mover", letter(name), sign("^"));

const steps = {
  sgd: () => [text("gradient")],
  momentum: () => [sign("("), text("gradient"), sign("+"), text("momentum"), sign("×"), text("last step"), sign(")")],
  adam: () => [math("mfrac", hat("m"), math("mrow", math("msqrt", hat("v")), sign("+"), letter("ε")))],
};

// ruleFormula writes how a weight changes.
export function ruleFormula({ optimizer, momentum }) {
  const step = steps[optimizer === "sgd" && momentum ? "momentum" : optimizer] ?? steps.sgd;
  return math("mrow", text("new weight"), sign("="), text("weight"), sign("−"), text("rate"), sign("×"), ...step());
}
