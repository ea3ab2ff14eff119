// One object for each place where Streamlit shows a component, for as long as that place is in the page.

// The answer gives the object of a parent element (made at first sight) and the clean-up to return to Streamlit.
export function mounts(create) {
  const known = new WeakMap();
  return (parent) => {
    if (!known.has(parent)) known.set(parent, create(parent));
    const object = known.get(parent);
    const close = () => {
      // Streamlit also cleans up calls that newer data overtook; only a parent that left the page is really gone
      if (parent.isConnected || known.get(parent) !== object) return;
      known.delete(parent);
      object.close();
    };
    return { object, cleanUp: () => setTimeout(close) };
  };
}
