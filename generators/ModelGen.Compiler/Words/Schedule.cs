using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words;

/// <summary>How the learning rate changes while training.</summary>
internal abstract class Schedule(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters), IOptionsRecord
{
    protected static readonly DurationParameter Warmup = new("warmup", "how long the rise takes") { AllowsZero = true, Default = new Duration(0, "steps") };

    protected static readonly NumberParameter Floor = new("floor", "the lowest learning rate") { Range = Language.Range.NonNegative, Default = 0 };

    public sealed override string Kind => "schedule";

    public abstract string Record { get; }
}
