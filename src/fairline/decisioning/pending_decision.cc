// Most applicants are new, so a record is sealed for a newcomer before anybody has looked. Only the
// newcomer's key is not wrapped here: a rotation of the master key waits for those who wrap, and a
// decision may be queued for longer.
#include "fairline/decisioning/pending_decision.h"

#include <utility>

namespace fairline {
namespace {

AuditEvent CreatedEvent(const DecisionRecord& record, IdGenerator& ids) {
  Json::Object metadata;
  metadata.reserve(6);
  metadata.emplace_back("model", record.model_name);
  metadata.emplace_back("version", record.model_version);
  metadata.emplace_back("bundle_digest", record.bundle_digest);
  metadata.emplace_back("policy_version", record.policy.version);
  metadata.emplace_back("outcome", OutcomeName(record.evaluation.outcome));
  return {.id = ids.Next(),
          .entity_type = "decision",
          .entity_id = record.decision_id,
          .action = "decisions.create",
          .user_id = record.decided_by,
          .metadata = std::move(metadata),
          .created_at_micros = record.created_at_micros};
}

void Seal(PendingDecision& pending, const Applicant& applicant) {
  pending.record.applicant_id = applicant.id;
  SealRows(pending.rows, applicant.id, applicant.key);
  pending.event.metadata["record"] = RecordDigest(pending.rows);
}

}  // namespace

PendingDecision MakePending(DecisionRecord record, std::optional<IdempotencyKey> key,
                            DecisionWriter::Done done, IdGenerator& ids) {
  PendingDecision pending;
  pending.rows = RowsOf(record);
  pending.event = CreatedEvent(record, ids);
  pending.record = std::move(record);
  pending.key = std::move(key);
  pending.done = std::move(done);
  return pending;
}

void SealForNewcomer(PendingDecision& pending, const Vault& vault) {
  const std::string& product = pending.record.application.product;
  const std::string& reference = pending.record.application.external_ref;
  const Applicant& newcomer =
      pending.newcomer.emplace(pending.record.applicant_id, SecretKey::Generate());
  if (!reference.empty()) {
    pending.reference_index = vault.ReferenceIndex(product, reference);
    pending.sealed_reference = Vault::SealReference(newcomer.key, reference, newcomer.id);
  }
  Seal(pending, newcomer);
}

void SealFor(PendingDecision& pending, const Applicant& applicant) {
  if (pending.record.applicant_id != applicant.id) Seal(pending, applicant);
}

}  // namespace fairline
