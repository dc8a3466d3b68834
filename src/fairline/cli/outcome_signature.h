// The columns of a file of outcomes.
#pragma once

#include "fairline/features/signature.h"

namespace fairline {

/// By it ApplicantFile reads outcomes, by the same rules as applicants.
const Signature& OutcomeSignature();

}  // namespace fairline
