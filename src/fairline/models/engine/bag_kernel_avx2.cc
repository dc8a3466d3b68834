#include "fairline/models/engine/bag_lanes.h"

namespace fairline {

void ScoreBagsAvx2(const BagTerms* features, size_t count, size_t lines, double* margins,
                   double* probabilities) {
  BagLanes<32>::Score(features, count, lines, margins, probabilities);
}

}  // namespace fairline
