using ModelGen.Sampling;

namespace ModelGen.Benchmarks.Decoding;

/// <summary>Writing sixteen texts at once.</summary>
internal sealed class DecodeGptBatch16 : Benchmark
{
    private const int Sequences = 16;
    private const int Count = CharGpt.Context - 1;

    public override string Name => "decode-gpt-batch16";

    public override string Sentence => "time per token when the generated GPT writes sixteen texts at once, against one after another.";

    public override Comparison Run()
    {
        using var models = new GptPair();
        using var decoder = new SequenceDecoder(models.Model);
        var sequences = new TokenSequence[Sequences];
        var tokens = new int[Sequences];
        return Comparison.Time(Together, OneByOne, warmUps: 5, pairs: 25).Per(Sequences * Count);

        void Together()
        {
            for (var i = 0; i < Sequences; i++)
            {
                sequences[i] = decoder.Start([i]);
            }

            for (var step = 1; step < Count; step++)
            {
                Choose();
                decoder.Append(sequences, tokens);
            }

            Choose();
            Free();
        }

        void OneByOne()
        {
            for (var i = 0; i < Sequences; i++)
            {
                using var sequence = decoder.Start([i]);
                for (var step = 1; step < Count; step++)
                {
                    decoder.Append(sequence, DecodeGpt.Likeliest(sequence.Scores));
                }

                _ = DecodeGpt.Likeliest(sequence.Scores);
            }
        }

        void Choose()
        {
            for (var i = 0; i < Sequences; i++)
            {
                tokens[i] = DecodeGpt.Likeliest(sequences[i].Scores);
            }
        }

        void Free()
        {
            foreach (var sequence in sequences)
            {
                sequence.Dispose();
            }
        }
    }
}
