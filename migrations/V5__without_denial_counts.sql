-- Denials are counted as part of the model (risk_models), from the answers themselves.

DROP TABLE denial_reason_counts;
DROP TABLE denial_counts;
