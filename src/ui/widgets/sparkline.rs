//! A row's curve over time, one column a value.

use crate::ui::theme::Theme;

/// The values as columns in eighths, scaled to the largest; values other than zero are seen, and zero lies on the ground.
pub(crate) fn sparkline(theme: &Theme, values: &[u64]) -> String {
    let columns = theme.symbols().columns;
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let height = |value: u64| usize::try_from((value * 7).div_ceil(most)).unwrap_or(7).min(7) + 1;
    values.iter().map(|&value| if value == 0 { columns[1] } else { columns[height(value)] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_zero_rises_from_the_ground() {
        assert_eq!(sparkline(&crate::ui::tests::theme(), &[0, 1, 50, 100]), "▁▂▅█");
        assert_eq!(sparkline(&crate::ui::tests::theme(), &[0, 0]), "▁▁");
    }
}
