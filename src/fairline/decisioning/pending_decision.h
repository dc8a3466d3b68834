// A decision on its way to the database. The thread that submits it does all it can, since one
// thread alone stores them.
#pragma once

#include <optional>
#include <string>

#include "fairline/core/ids.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/record_rows.h"
#include "fairline/decisioning/vault.h"
#include "fairline/ledger/audit.h"

namespace fairline {

struct Applicant {
  std::string id;
  SecretKey key;
};

struct PendingDecision {
  DecisionRecord record;
  RecordRows rows;
  AuditEvent event;
  std::optional<IdempotencyKey> key;
  DecisionWriter::Done done;

  std::optional<Applicant> newcomer;  // the applicant this would be, were it not known yet
  std::string reference_index;        // empty: the application names nobody
  std::string sealed_reference;

  // What the transaction found.
  std::string repeats_decision_id;  // empty: not a repetition
  std::optional<Error> refusal;

  bool stored() const { return repeats_decision_id.empty() && !refusal; }
};

/// Encoded, not sealed yet.
PendingDecision MakePending(DecisionRecord record, std::optional<IdempotencyKey> key,
                            DecisionWriter::Done done, IdGenerator& ids);

/// Makes the newcomer and seals the record for it.
void SealForNewcomer(PendingDecision& pending, const Vault& vault);
/// Seals the record for that applicant, unless it is already.
void SealFor(PendingDecision& pending, const Applicant& applicant);

}  // namespace fairline
