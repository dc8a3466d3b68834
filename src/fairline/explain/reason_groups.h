// Which features make up one reason, and its words for a person.
#pragma once

#include <string>
#include <vector>

#include "fairline/models/bundle.h"

namespace fairline {

/// Groups for the Home Credit application form, its domain features and aggregates of related
/// tables. Names may hold `*` for any run of characters; CompleteGroups makes them features of a
/// model.
const std::vector<ReasonGroup>& DomainReasonGroups();

/// The groups as they apply to a model with these features: each feature goes to the group that
/// names it, else to the first with a pattern for it, else to one of its own (code: its name in
/// upper case; text: its name made readable), which follow after the others. Groups without a
/// feature of the model are dropped; codes stay unique.
std::vector<ReasonGroup> CompleteGroups(std::vector<ReasonGroup> groups,
                                        const std::vector<std::string>& features);

}  // namespace fairline
