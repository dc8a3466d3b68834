// The true default model of the synthetic applicants: the probability of default (PD) of a row as a
// written-down function of its columns, so that it can be computed again from a file by anybody.
#pragma once

#include "fairline/data/synthetic_columns.h"
#include "fairline/data/synthetic_draw.h"

namespace fairline::synthetic {

/// The log-odds of default; TARGET is 1 with probability Logistic() of it. The terms are told in
/// synthetic_model.cc.
double TrueLogOdds(const ApplicantRow& row, const Circumstances& circumstances);

}  // namespace fairline::synthetic
