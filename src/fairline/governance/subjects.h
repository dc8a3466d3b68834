// Finding the applicants that a person means, and what is recorded about them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/decisioning/vault.h"
#include "fairline/storage/database.h"

namespace fairline {

/// The applicant_ids of a subject: an applicant_id itself, or the caller's reference, under which
/// there may be one applicant per product. kNotFound when there is none; erased applicants are
/// found by their applicant_id only.
Result<std::vector<std::string>> FindApplicants(Database& database, const Vault& vault,
                                                std::string_view subject);

/// Ids of an applicant's decisions, oldest first.
Result<std::vector<std::string>> DecisionsOf(Database& database, std::string_view applicant_id);

}  // namespace fairline
