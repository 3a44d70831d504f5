using ModelGen.Losses;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>Prompts with their answers as tokens, filled up to the longest of the batch; a row is a prompt with an answer.</summary>
/// <param name="Tokens">The tokens of each row, int64 [rows, T + 1].</param>
/// <param name="Inputs">The same without the last column, which is only predicted, int64 [rows, T].</param>
/// <param name="Targets">The token after each of the inputs, where it belongs to an answer; -100 elsewhere; int64 [rows, T].</param>
/// <param name="Numbers">What each answer is worth, or by how much the preferred one is better; float32 [samples].</param>
/// <param name="Indices">The number of each sample in its split.</param>
/// <param name="AnswerTokens">How many tokens belong to answers.</param>
public sealed record AnswerBatch(
    Tensor Tokens,
    Tensor Inputs,
    Tensor Targets,
    Tensor Numbers,
    IReadOnlyList<long> Indices,
    long AnswerTokens
) : IDisposable
{
    /// <summary>The steps of the answers; null where they are not rated.</summary>
    public StepBatch? Steps { get; init; }

    /// <summary>Puts samples into a batch; the preferred answers come first, and then the others in the same order.</summary>
    /// <param name="samples">The samples, at least one, with as many sequences each.</param>
    /// <param name="indices">The number of each in its split.</param>
    /// <param name="padding">The token that fills rows up; nothing that counts sees it.</param>
    /// <param name="device">The device of the tensors.</param>
    internal static AnswerBatch Of(IReadOnlyList<AnswerSample> samples, IReadOnlyList<long> indices, int padding, Device device)
    {
        AnswerTokens[] rows =
        [
            .. Enumerable.Range(0, samples[0].Sequences.Count).SelectMany(each => samples.Select(sample => sample.Sequences[each])),
        ];
        var length = samples.Max(static sample => sample.Length);
        var (all, targets) = (new long[rows.Length * length], new long[rows.Length * (length - 1)]);
        Array.Fill(all, padding);
        Array.Fill(targets, TokenLoss.Ignored);
        var count = 0L;
        for (var row = 0; row < rows.Length; row++)
        {
            var (tokens, isAnswer) = rows[row];
            for (var place = 0; place < tokens.Length; place++)
            {
                all[(row * length) + place] = tokens[place];
                if (place > 0 && isAnswer[place])
                {
                    targets[(row * (length - 1)) + place - 1] = tokens[place];
                    count++;
                }
            }
        }

        var whole = tensor(all, [rows.Length, length], device: device);
        using var inputs = whole.narrow(1, 0, length - 1);
        return new AnswerBatch(
            whole,
            inputs.contiguous(),
            tensor(targets, [rows.Length, length - 1], device: device),
            tensor(samples.Select(static sample => (float)sample.Number).ToArray(), device: device),
            indices,
            count
        )
        {
            Steps = samples[0].StepRatings.Count > 0 ? StepBatch.Of(samples, length, device) : null,
        };
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Tokens.Dispose();
        Inputs.Dispose();
        Targets.Dispose();
        Numbers.Dispose();
        Steps?.Dispose();
    }
}
