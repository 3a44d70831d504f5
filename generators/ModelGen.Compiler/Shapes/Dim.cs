using System.Globalization;
using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Shapes;

/// <summary>
/// The length of an axis: a polynomial with integer coefficients over symbols such as T (the sequence length) and rounded-down quotients of
/// other lengths. Lengths computed in different ways are reduced to one form, so that equal ones compare equal, as far as the rules in
/// <see cref="FloorDivide"/> reach.
/// </summary>
internal sealed class Dim : IEquatable<Dim>
{
    private readonly EquatableArray<Term> _terms;

    // Most lengths are plain numbers, which already have that form.
    private Dim(long value) => _terms = value == 0 ? default : new EquatableArray<Term>([new Term(default, value)]);

    private Dim(IEnumerable<Term> terms) =>
        _terms = new EquatableArray<Term>(
            terms
                .GroupBy(static term => term.Key, StringComparer.Ordinal)
                .Select(static group =>
                    group.First() with
                    {
                        Coefficient = group.Aggregate(0L, static (sum, term) => checked(sum + term.Coefficient)),
                    }
                )
                .Where(static term => term.Coefficient != 0)
                .OrderByDescending(static term => term.Factors.Count)
                .ThenBy(static term => term.Key, StringComparer.Ordinal)
        );

    /// <summary>A known length.</summary>
    public static implicit operator Dim(long value) => new(value);

    /// <summary>A length known only at run time.</summary>
    public static Dim Symbol(string name) => new([new Term(new EquatableArray<Factor>([new Factor(name, null, 1)]), 1)]);

    /// <summary>The length, if it is known.</summary>
    public long? Constant =>
        _terms.Count == 0 ? 0
        : _terms.Count == 1 && _terms[0].Factors.Count == 0 ? _terms[0].Coefficient
        : null;

    public static Dim operator +(Dim a, Dim b) =>
        a.Constant is { } left && b.Constant is { } right ? checked(left + right) : new Dim(a._terms.Concat(b._terms));

    /// <summary>The sum of the lengths.</summary>
    public static Dim Sum(IEnumerable<Dim> lengths) => new(lengths.SelectMany(static length => length._terms));

    public static Dim operator -(Dim a, Dim b) => a + ((-1) * b);

    public static Dim operator *(Dim a, Dim b) =>
        a.Constant is { } one && b.Constant is { } other
            ? checked(one * other)
            : new Dim(
                from left in a._terms
                from right in b._terms
                select new Term(
                    new EquatableArray<Factor>(
                        left.Factors.Concat(right.Factors).OrderBy(static factor => factor.Text, StringComparer.Ordinal)
                    ),
                    checked(left.Coefficient * right.Coefficient)
                )
            );

    /// <summary>⌊this / divisor⌋ for a positive divisor.</summary>
    public Dim FloorDivide(long divisor)
    {
        // ⌊(d q + r) / d⌋ = q + ⌊r / d⌋, with 0 <= r < d for each coefficient.
        var whole = new Dim(_terms.Select(term => term with { Coefficient = Floor(term.Coefficient, divisor) }));
        var rest = this - (divisor * whole);
        if (rest.Constant is not null)
        {
            return whole;
        }

        // ⌊(g x + c) / (g d)⌋ = ⌊(x + ⌊c / g⌋) / d⌋
        var common = rest
            ._terms.Where(static term => term.Factors.Count > 0)
            .Aggregate(divisor, static (gcd, term) => GreatestCommonDivisor(gcd, term.Coefficient));
        rest = new Dim(rest._terms.Select(term => term with { Coefficient = Floor(term.Coefficient, common) }));
        divisor /= common;

        // ⌊(⌊x / a⌋ + c) / d⌋ = ⌊(x + a c) / (a d)⌋
        if (
            divisor > 1
            && rest._terms[0] is { Coefficient: 1, Factors: { Count: 1 } factors }
            && factors[0] is { Numerator: { } numerator, Divisor: var inner }
            && (rest - new Dim([rest._terms[0]])).Constant is { } constant
        )
        {
            return whole + (numerator + checked(inner * constant)).FloorDivide(checked(inner * divisor));
        }

        return whole
            + (
                divisor == 1
                    ? rest
                    : new Dim([new Term(new EquatableArray<Factor>([new Factor(Quotient(rest, divisor), rest, divisor)]), 1)])
            );
    }

    /// <summary>The quotient, if the division leaves no remainder whatever the symbols are.</summary>
    public Dim? Divide(Dim divisor)
    {
        if (divisor._terms.Count != 1)
        {
            return Equals(divisor) ? (Dim)1 : null;
        }

        var by = divisor._terms[0];
        var quotient = new List<Term>();
        foreach (var term in _terms)
        {
            var factors = term.Factors.ToList();
            if (term.Coefficient % by.Coefficient != 0 || by.Factors.Any(factor => !factors.Remove(factor)))
            {
                return null;
            }

            quotient.Add(new Term(new EquatableArray<Factor>(factors), term.Coefficient / by.Coefficient));
        }

        return new Dim(quotient);
    }

    /// <summary>The length with every symbol at its minimum, 1.</summary>
    public long Shortest => Evaluate(static _ => 1);

    /// <summary>The length for given values of the symbols.</summary>
    public long Evaluate(IReadOnlyDictionary<string, long> symbols) => Evaluate(symbol => symbols[symbol]);

    private long Evaluate(Func<string, long> symbols) =>
        _terms.Aggregate(0L, (sum, term) =>
            checked(sum + term.Factors.Aggregate(term.Coefficient, (product, factor) => checked(product * factor.Evaluate(symbols))))
        );

    public bool Equals(Dim? other) => other is not null && _terms.Equals(other._terms);

    public override bool Equals(object? obj) => Equals(obj as Dim);

    public override int GetHashCode() => _terms.GetHashCode();

    public override string ToString()
    {
        if (Constant is { } constant)
        {
            return Text(constant);
        }

        var text = "";
        foreach (var term in _terms)
        {
            var sign = term.Coefficient < 0 ? (text.Length == 0 ? "-" : " - ") : (text.Length == 0 ? "" : " + ");
            text += sign + term with { Coefficient = Math.Abs(term.Coefficient) };
        }

        return text;
    }

    private static string Quotient(Dim numerator, long divisor) =>
        numerator._terms.Count == 1 ? $"⌊{numerator}/{Text(divisor)}⌋" : $"⌊({numerator})/{Text(divisor)}⌋";

    private static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    private static long Floor(long value, long divisor) => value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    // A symbol, or the rounded-down quotient of a length.
    private sealed record Factor(string Text, Dim? Numerator, long Divisor)
    {
        public long Evaluate(Func<string, long> symbols) => Numerator is null ? symbols(Text) : Floor(Numerator.Evaluate(symbols), Divisor);
    }

    private sealed record Term(EquatableArray<Factor> Factors, long Coefficient)
    {
        public string Key => string.Join("*", Factors.Select(static factor => factor.Text));

        public override string ToString() =>
            Factors.Count == 0 ? Text(Coefficient)
            : Coefficient == 1 ? Key
            : $"{Text(Coefficient)}*{Key}";
    }
}
