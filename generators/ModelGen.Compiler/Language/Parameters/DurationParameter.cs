using System.Globalization;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>A length of training.</summary>
internal sealed class DurationParameter(string name, string summary) : AmountParameter<Duration>(name, summary, "training length", "steps", "epochs", "tokens", "images")
{
    /// <summary>0 is a length, too.</summary>
    public bool AllowsZero { get; init; }

    public override string Type => "a length of training such as '2000 steps', '3 epochs', '50k tokens' or '20k images'";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^\\S.* (steps?|epochs?|tokens?|images?)$" };

    public override string ToCSharp(object value)
    {
        var duration = (Duration)value;
        var amount = duration.Unit == "epochs" ? NumberText.Of(duration.Amount) : ((long)duration.Amount).ToString(CultureInfo.InvariantCulture);
        return $"global::ModelGen.Training.Duration.{CSharp.Names.Pascal(duration.Unit)}({amount})";
    }

    // As much as fits into a long with room to add.
    protected override Range Range(string unit) => new(0, 1e15, ExcludesMinimum: !AllowsZero);

    protected override bool IsCounted(string unit) => unit != "epochs";

    protected override Duration Value(double amount, string unit) => new(amount, unit);

    protected override string Format(Duration value) => value.ToString();
}
