using System.Globalization;
using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>A length of training with its unit: <c>2000 steps</c>, <c>3 epochs</c>, <c>50k tokens</c>, <c>20k images</c>.</summary>
internal sealed record Duration(double Amount, string Unit)
{
    public override string ToString() => $"{NumberParameter.Text(Amount)} {Unit}";
}

/// <summary>A length of training: an amount (with k or M for thousands or millions, or arithmetic) and a unit.</summary>
internal sealed class DurationParameter(string name, string summary) : Parameter<Duration>(name, summary)
{
    private static readonly string[] Units = ["steps", "epochs", "tokens", "images"];

    /// <summary>0 is a length, too.</summary>
    public bool AllowsZero { get; init; }

    public override string Type => "a length of training such as '2000 steps', '3 epochs', '50k tokens' or '20k images'";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^\\S.* (steps?|epochs?|tokens?|images?)$" };

    // As much as fits into a long with room to add.
    private Range Range => new(0, 1e15, ExcludesMinimum: !AllowsZero);

    public override object? Bind(Binder binder, string path, Node node)
    {
        if (node is not ScalarNode scalar || scalar.Text.LastIndexOf(' ') is not (> 0 and var space) || string.IsNullOrWhiteSpace(scalar.Text.Substring(0, space)))
        {
            var found = node is ScalarNode bare && Expression.IsArithmetic(bare.Text) ? $"{node.Description} without a unit" : node.Description;
            binder.Diagnostics.Report(Rules.WrongType, node.Span, path, Type, found);
            return null;
        }

        var quote = scalar.IsQuoted ? 1 : 0;
        var word = scalar.Text.Substring(space + 1);
        var unit = Units.FirstOrDefault(known => known == word || known == word + "s");
        if (unit is null)
        {
            binder.Diagnostics.Report(Rules.UnknownWord, scalar.Span.Slice(space + 1 + quote, word.Length), Excerpt.Of(word), "unit of training length", NearestWord.Hint(word, Units));
            return null;
        }

        var amountText = scalar.Text.Substring(0, space).TrimEnd();
        var factor = amountText.Last() switch { 'k' => 1e3, 'M' => 1e6, _ => 1 };
        amountText = factor == 1 || amountText.Length == 1 || !char.IsDigit(amountText[amountText.Length - 2]) ? amountText : amountText.Substring(0, amountText.Length - 1);
        var amountNode = new ScalarNode(scalar.Span.Slice(quote, amountText.Length), amountText, isQuoted: false);
        if (binder.Number(path, Type, amountNode) is not { } amount)
        {
            return null;
        }

        // 1.005k is 1005: the product may miss the whole number that is meant by a rounding error.
        amount *= factor;
        amount = Math.Abs(Math.Round(amount) - amount) <= 1e-12 * Math.Abs(amount) ? Math.Round(amount) : amount;
        if (!Range.Contains(amount))
        {
            binder.Diagnostics.Report(Rules.OutOfRange, node.Span, path, Excerpt.Of(scalar.Text), Range.Wanted(amount));
            return null;
        }

        if (unit != "epochs" && Math.Floor(amount) != amount)
        {
            binder.Diagnostics.Report(Rules.WrongType, node.Span, path, $"a whole number of {unit}", scalar.Description);
            return null;
        }

        return new Duration(amount, unit);
    }

    public override string ToCSharp(object value)
    {
        var duration = (Duration)value;
        var amount = duration.Unit == "epochs" ? NumberParameter.Text(duration.Amount) : ((long)duration.Amount).ToString(CultureInfo.InvariantCulture);
        return $"global::ModelGen.Training.Duration.{CSharp.Names.Pascal(duration.Unit)}({amount})";
    }

    protected override string Format(Duration value) => value.ToString();
}
