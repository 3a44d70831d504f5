using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>An amount (with k or M for thousands or millions, or arithmetic) and its unit: <c>50k tokens</c>, <c>2 hours</c>, <c>4 GB</c>.</summary>
/// <param name="name">The key.</param>
/// <param name="summary">What it says.</param>
/// <param name="unitOf">What a unit is a unit of, for messages.</param>
/// <param name="units">The units; those that end in s may be written without it.</param>
internal abstract class AmountParameter<T>(string name, string summary, string unitOf, params string[] units) : Parameter<T>(name, summary)
{
    public sealed override bool IsWord => true;

    /// <summary>What may be written before a unit.</summary>
    protected abstract Range Range(string unit);

    /// <summary>Whether a unit is counted in whole numbers only.</summary>
    protected virtual bool IsCounted(string unit) => false;

    /// <summary>The value of an amount.</summary>
    protected abstract T Value(double amount, string unit);

    public sealed override object? Bind(Binder binder, string path, Node node)
    {
        if (node is not ScalarNode scalar || scalar.Text.LastIndexOf(' ') is not (> 0 and var space) || string.IsNullOrWhiteSpace(scalar.Text.Substring(0, space)))
        {
            var found = node is ScalarNode bare && Expression.IsArithmetic(bare.Text) ? $"{node.Description} without a unit" : node.Description;
            binder.Diagnostics.Report(Rules.WrongType, node.Span, path, Type, found);
            return null;
        }

        var quote = scalar.IsQuoted ? 1 : 0;
        var word = scalar.Text.Substring(space + 1);
        var unit = units.FirstOrDefault(known => known == word || known == word + "s");
        if (unit is null)
        {
            binder.Diagnostics.Report(Rules.UnknownWord, scalar.Span.Slice(space + 1 + quote, word.Length), Excerpt.Of(word), $"unit of {unitOf}", NearestWord.Hint(word, units));
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
        if (!Range(unit).Contains(amount))
        {
            binder.Diagnostics.Report(Rules.OutOfRange, node.Span, path, Excerpt.Of(scalar.Text), Range(unit).Wanted(amount));
            return null;
        }

        if (IsCounted(unit) && Math.Floor(amount) != amount)
        {
            binder.Diagnostics.Report(Rules.WrongType, node.Span, path, $"a whole number of {unit}", scalar.Description);
            return null;
        }

        return Value(amount, unit);
    }
}
