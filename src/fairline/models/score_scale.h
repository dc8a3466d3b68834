// Points that people read risk in: more are better.
#pragma once

namespace fairline {

/// points = offset + factor * ln((1-pd)/pd): `score` points stand for `odds` good applicants to one
/// bad, and `pdo` points more double the odds.
struct ScoreScale {
  double score = 600, odds = 50, pdo = 20;
  double Points(double pd) const;
  bool operator==(const ScoreScale&) const = default;
};

}  // namespace fairline
