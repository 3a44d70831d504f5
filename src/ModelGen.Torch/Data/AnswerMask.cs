using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>
/// Which tokens belong to answers: those after an answer token, up to the next end token and with it. A sample is cut from a longer text;
/// before its first of the two tokens it is in an answer if that is an end token, and if it has neither, it is taken for a prompt.
/// </summary>
/// <param name="answer">The id of the token between a prompt and its answer.</param>
/// <param name="end">The id of the token that ends an answer.</param>
internal sealed class AnswerMask(long answer, long end)
{
    /// <summary>Which targets belong to answers, found on the tokens' device without waiting for it.</summary>
    /// <param name="inputs">int64 [batch, T].</param>
    /// <param name="targets">The token after each, int64 [batch, T].</param>
    /// <returns>bool [batch, T]; the caller disposes it.</returns>
    public Tensor Of(Tensor inputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var (length, device) = (inputs.size(1), inputs.device);

        // A place in the sequence times two, plus one where an answer begins after it or ends with it.
        var outside = Numbers.Range(2 * length, ScalarType.Int64, device, step: 2);
        var inside = outside.Plus(1L);
        var before = tensor(-2L, device: device);
        var after = tensor(2 * length, device: device);
        var answers = tensor(answer, device: device);
        var ends = tensor(end, device: device);
        var last = where(inputs.eq(answers), inside, where(inputs.eq(ends), outside, before)).cummax(1).values;
        var first = where(targets.eq(ends), inside, where(targets.eq(answers), outside, after)).amin([1], keepdim: true);
        return where(last.eq(before), first, last).bitwise_and(ones_like(last)).to(ScalarType.Bool).MoveToOuterDisposeScope();
    }
}
