//! How wide text is, about: nobody knows which font draws it, so that it is taken to be a wide one.

/// The widths of the characters from space to `~` in DejaVu Sans, in thousandths of the size of the font. Hardly any
/// font that a browser takes for `sans-serif` is wider.
const REGULAR: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
];

/// How much wider bold text is, in hundredths: by the letter for which it is the most, but for those that are rare.
const BOLD: f64 = 1.13;

/// The width of a text at a size, in the same unit as that.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let of =
        |c: char| (c as usize).checked_sub(32).and_then(|index| REGULAR.get(index)).map_or(1000.0, |w| f64::from(*w));
    let thousandths: f64 = text.chars().map(of).sum();
    thousandths / 1000.0 * size * if bold { BOLD } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn text_is_as_wide_as_its_characters() {
        assert!((width("il", 10.0, false) - 5.56).abs() < 1e-9);
        assert!(width("ab", 10.0, true) > width("ab", 10.0, false));
        assert!((width("é", 10.0, false) - 10.0).abs() < 1e-9);
    }
}
