/** Values that were seen. Most rise: what is greater than all is not searched for, and where all rise nothing is indexed. */
export function createSeen<Value extends number | string>() {
  let greatest: Value | undefined;
  let values: Value[] = [];
  let index: Set<Value> | undefined;

  return {
    add(value: Value) {
      if (greatest === undefined || value > greatest) greatest = value;
      if (index) index.add(value);
      else values.push(value);
    },

    has(value: Value): boolean {
      if (greatest === undefined || value > greatest) return false;
      index ??= new Set(values);
      values = [];
      return index.has(value);
    },
  };
}
