-- MLEnergyConsumption (Mayaki et al., MIT): joules a token of a part of a transformer, by its shape, as a table for eahas search run.
-- In the folder with RawDataForTransformer.csv, with DuckDB: duckdb < mayaki.sql
copy (select '{"table":1,"metric":{"name":"energy a token","kind":"loss","unit":"mJ","higher_is_better":false}}' as line union all
  select to_json({config: {component: component, source: source, seq_length: seq_length, batch_size: batch_size, num_layers: num_layers, d_model: d_model},
    epochs: [1], "values": [1000 * energy_joules / (seq_length * batch_size)], joules: [energy_joules], seconds: [duration]})::varchar
  from (select component, source, seq_length, batch_size, num_layers, d_model, energy_joules, duration from 'RawDataForTransformer.csv'
    where energy_joules > 0 and duration > 0 order by all))
  to 'mayaki-search.jsonl' (format csv, header false, quote '', delimiter E'\x01');
