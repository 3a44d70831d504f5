using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words;

/// <summary>How the learning rate changes during training.</summary>
internal abstract class Schedule(string word, string summary, params Parameter[] parameters)
    : Definition(word, summary, parameters),
        IOptionsRecord
{
    protected static readonly DurationParameter Warmup = new("warmup", "how long the warm-up lasts")
    {
        AllowsZero = true,
        Default = new Duration(0, "steps"),
    };

    protected static readonly NumberParameter Floor = new("floor", "the lowest learning rate")
    {
        Range = Language.Range.NonNegative,
        Default = 0,
    };

    public sealed override string Kind => "schedule";

    public abstract string Record { get; }

    /// <summary>Whether the run must continue after the warm-up for the schedule to make sense.</summary>
    protected virtual bool GoesOn => true;

    /// <summary>What is wrong with it, given the other options of the training.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="peak">The lowest of the learning rates that it scales.</param>
    /// <param name="owner">The path of the optimizer that has it.</param>
    /// <param name="run">The length of the training.</param>
    public virtual IEnumerable<Problem> Problems(Arguments arguments, double peak, string owner, Duration run)
    {
        if (Value(Floor.Name, arguments) is double floor && floor > peak)
        {
            yield return Problem.OutOfRange(
                Floor.Name,
                $"{Word}.{Floor.Name}",
                NumberText.Of(floor),
                $"at most {NumberText.Of(peak)}, the learning rate of '{owner}'"
            );
        }

        if (Value(Warmup.Name, arguments) is Duration warmup && warmup.Covers(run) && (GoesOn || warmup.Amount > run.Amount))
        {
            yield return Problem.NoEffect("", Word, $"its warm-up of {warmup} takes up the whole run of {run} ('duration')");
        }
    }

    // Some schedules have their own warm-up or floor, under the same name.
    private object? Value(string name, Arguments arguments) =>
        Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } own ? arguments.Value(own) : null;
}
