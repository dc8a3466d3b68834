// Two lanes, which every x86-64 and ARM processor has.
#include "fairline/models/engine/bag_lanes.h"

namespace fairline {

void ScoreBags(const BagTerms* features, size_t count, size_t lines, double* margins,
               double* probabilities) {
  BagLanes<16>::Score(features, count, lines, margins, probabilities);
}

}  // namespace fairline
