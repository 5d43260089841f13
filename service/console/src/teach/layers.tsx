export function LayerMenu() {
  return null;
}
export function LayerImage() {
  return null;
}
