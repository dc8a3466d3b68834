// An old application has no sealed column; its reference, features and attributions are in clear.
#include "fairline/decisioning/seal_old_records.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fairline/decisioning/record_payload.h"
#include "fairline/decisioning/record_rows.h"

namespace fairline {
namespace {

constexpr int64_t kChunkRows = 200;

constexpr std::string_view kSelectOld =
    "SELECT a.id, a.applicant_id, a.external_ref, a.product, a.features, a.created_at, "
    "p.id, p.bundle_digest, p.feature_importance "
    "FROM applications a JOIN predictions p ON p.application_id = a.id "
    "WHERE a.sealed IS NULL ORDER BY a.id DESC LIMIT $1";

std::string TextOf(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

Result<Attributions> AttributionsOf(const Json& document, const RecordLayout& layout) {
  JsonReader reader(document, "predictions.feature_importance");
  Attributions attributions;
  attributions.method = reader.String("method");
  attributions.space = reader.String("space");
  attributions.base = reader.Number("base");
  const Json& values = reader.Value("values");
  FAIRLINE_TRY(reader.Finish());
  for (const std::string& name : layout.attributions) {
    const Json* value = values.Find(name);
    if (value == nullptr || !value->is_number()) {
      return Fail(ErrorCode::kDataLoss, fmt::format("the attribution of {} is not there", name));
    }
    attributions.values.push_back(value->number());
  }
  return attributions;
}

class OldRecordSealer {
 public:
  OldRecordSealer(Transaction& transaction, Vault& vault, Registry& registry,
                  std::map<std::string, std::shared_ptr<const RecordLayout>>& layouts)
      : transaction_(transaction), vault_(vault), registry_(registry), layouts_(layouts) {}

  Status Seal(const Row& row) {
    const std::string application_id = TextOf(row[0]), applicant_id = TextOf(row[1]);
    const std::string prediction_id = TextOf(row[6]), digest = TextOf(row[7]);
    const RecordLayout& layout = *FAIRLINE_TRY(LayoutOfBundle(digest));
    const SecretKey key = FAIRLINE_TRY(KeyOf(applicant_id, row));
    const Json features = FAIRLINE_TRY(Json::Parse(TextOf(row[4])));
    const Attributions attributions =
        FAIRLINE_TRY(AttributionsOf(FAIRLINE_TRY(Json::Parse(TextOf(row[8]))), layout));
    const SealedValues sealed =
        SealValues(application_id, prediction_id, EncodeFeatures(features, layout.features),
                   EncodeAttributions(attributions), key);
    FAIRLINE_TRY(transaction_.Execute(
        "UPDATE applications SET sealed = $2, features = $3, external_ref = NULL WHERE id = $1",
        {application_id, Blob{sealed.features}, OpenFeatures(features, layout)}));
    return transaction_.Execute(
        "UPDATE predictions SET sealed = $2, feature_importance = $3 WHERE id = $1",
        {prediction_id, Blob{sealed.attributions},
         StrongestAttributions(attributions, layout.attributions, kShownAttributions)});
  }

 private:
  Result<std::shared_ptr<const RecordLayout>> LayoutOfBundle(const std::string& digest) {
    if (const auto known = layouts_.find(digest); known != layouts_.end()) return known->second;
    const ModelBundle bundle = FAIRLINE_TRY(ReadBundle(FAIRLINE_TRY(registry_.ReadFiles(digest))));
    auto layout = LayoutOf(bundle, digest);
    FAIRLINE_TRY(InsertLayout(transaction_, *layout));
    return layouts_.emplace(digest, std::move(layout)).first->second;
  }

  Result<SecretKey> KeyOf(const std::string& applicant_id, const Row& row) {
    const auto rows = FAIRLINE_TRY(
        transaction_.Query("SELECT wrapped_key FROM applicants WHERE id = $1", {applicant_id}));
    if (!rows.empty()) {
      return vault_.UnwrapKey(std::get<Blob>(rows[0][0]).bytes, applicant_id);
    }
    const SecretKey key = SecretKey::Generate();
    const std::string reference = TextOf(row[2]), product = TextOf(row[3]);
    FAIRLINE_TRY(transaction_.Execute(
        kInsertApplicant,
        {applicant_id, product,
         reference.empty() ? Value() : Value(Blob{vault_.ReferenceIndex(product, reference)}),
         reference.empty() ? Value()
                           : Value(Blob{Vault::SealReference(key, reference, applicant_id)}),
         Blob{vault_.WrapKey(key, applicant_id)}, TextOf(row[5])}));
    return key;
  }

  Transaction& transaction_;
  Vault& vault_;
  Registry& registry_;
  std::map<std::string, std::shared_ptr<const RecordLayout>>& layouts_;
};

}  // namespace

Result<int64_t> SealOldRecords(Database& database, Vault& vault, Registry& registry) {
  const auto oldest =
      FAIRLINE_TRY(database.Query("SELECT sealed FROM applications ORDER BY id LIMIT 1"));
  if (oldest.empty() || !std::holds_alternative<std::monostate>(oldest[0][0])) return 0;
  int64_t sealed = 0;
  size_t of_chunk = 0;
  do {
    FAIRLINE_TRY(database.Write([&](Transaction& transaction) -> Status {
      std::map<std::string, std::shared_ptr<const RecordLayout>> layouts;
      const auto rows = FAIRLINE_TRY(transaction.Query(kSelectOld, {kChunkRows}));
      OldRecordSealer sealer(transaction, vault, registry, layouts);
      for (const Row& row : rows) FAIRLINE_TRY(sealer.Seal(row));
      of_chunk = rows.size();
      return {};
    }));
    sealed += static_cast<int64_t>(of_chunk);
  } while (of_chunk > 0);
  return sealed;
}

}  // namespace fairline
