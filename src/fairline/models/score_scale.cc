#include "fairline/models/score_scale.h"

#include "fairline/core/math.h"

namespace fairline {

double ScoreScale::Points(double pd) const {
  const double factor = pdo / Log(2);
  const double offset = score - factor * Log(odds);
  return offset + factor * Log((1 - pd) / pd);
}

}  // namespace fairline
