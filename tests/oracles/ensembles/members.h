// Everything about an ensemble's members as JSON: the rows each learned from, and what it learned.
#pragma once

#include "fairline/core/json.h"
#include "fairline/training/ensembles/balanced_forest.h"
#include "fairline/training/ensembles/easy_ensemble.h"

namespace fairline {

Json MembersOf(const EasyEnsemble& made);
Json MembersOf(const BalancedForest& made);

}  // namespace fairline
