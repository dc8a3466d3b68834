// How well a score separates defaults from the rest. Everywhere in stats/: a higher score is a
// higher risk, `outcomes` holds 1 for a default and 0 otherwise, and both spans have one length.
#pragma once

#include <span>
#include <vector>

namespace fairline {

/// Area under the ROC curve: the chance that a default scores above a non-default, a tie counting
/// one half (Mann-Whitney by mid-ranks). NaN when one of the classes is absent.
double RocAuc(std::span<const double> scores, std::span<const double> outcomes);

/// Standard error of RocAuc by DeLong, DeLong and Clarke-Pearson (1988), computed from mid-ranks as
/// in Sun and Xu (2014). NaN when a class has fewer than two members.
double RocAucStandardError(std::span<const double> scores, std::span<const double> outcomes);

/// Largest distance between the score distributions of the two classes (Kolmogorov-Smirnov), in
/// [0, 1]. NaN when one of the classes is absent.
double KolmogorovSmirnov(std::span<const double> scores, std::span<const double> outcomes);

/// Accuracy ratio: 2 AUC - 1.
double Gini(double roc_auc);

/// Area under the precision-recall curve as a sum of steps (average precision, no interpolation).
/// NaN when there is no default.
double AveragePrecision(std::span<const double> scores, std::span<const double> outcomes);

/// Row indexes by ascending score; equal scores keep their order.
std::vector<size_t> OrderByScore(std::span<const double> scores);

}  // namespace fairline
