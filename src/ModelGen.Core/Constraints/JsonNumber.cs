using System.Globalization;

namespace ModelGen.Constraints;

/// <summary>The numbers of a JSON schema: without exponents, so that those between two bounds are a regular set.</summary>
internal sealed record JsonNumber
{
    // What a double tells apart.
    private const int MostDigits = 15;

    private static readonly Expression Digit = Expression.Between('0', '9');
    private static readonly Expression FirstDigit = Expression.Between('1', '9');
    private static readonly Expression Zeros = Expression.Literal("0").Times(0, null);
    private static readonly Expression AnyDigits = Digit.Times(0, null);
    private static readonly Expression Point = Expression.Literal(".");
    private static readonly Expression AnyFraction = Expression.Join(Point, Digit.Times(1, null)).Optional();

    /// <summary>How many digits follow the point at most; 0 for whole numbers.</summary>
    public int Decimals { get; init; } = MostDigits;

    /// <summary>The lower bound; null for none.</summary>
    public decimal? Least { get; init; }

    /// <summary>The upper bound; null for none.</summary>
    public decimal? Most { get; init; }

    /// <summary>Whether the lower bound itself is left out.</summary>
    public bool IsAboveLeast { get; init; }

    /// <summary>Whether the upper bound itself is left out.</summary>
    public bool IsBelowMost { get; init; }

    /// <summary>How they are written.</summary>
    public Expression ToExpression()
    {
        var signs = new List<Expression>();
        if (Most is not < 0)
        {
            signs.Add(Magnitude(Least is > 0 || (Least is 0 && IsAboveLeast) ? Least : null, IsAboveLeast, Most, IsBelowMost));
        }

        if (Least is not >= 0)
        {
            // Zero has no sign.
            var (least, isAbove) = Most is < 0 ? (-Most, IsBelowMost) : (0, true);
            signs.Add(Expression.Join(Expression.Literal("-"), Magnitude(least, isAbove, -Least, IsAboveLeast)));
        }

        return Expression.AnyOf(signs);
    }

    private Expression Magnitude(decimal? least, bool isAbove, decimal? most, bool isBelow)
    {
        var parts = new List<Expression> { Form(least, most) };
        if (least is { } low)
        {
            parts.Add(AtLeast(low, isAbove));
        }

        if (most is { } high)
        {
            parts.Add(AtMost(high, isBelow));
        }

        return parts is [var only] ? only : new Expression.All(parts);
    }

    // Without zeros before the first digit; an upper bound limits the digits by itself. Next to a bound no number has so many digits that a
    // double would round it to the bound.
    private Expression Form(decimal? least, decimal? most)
    {
        var digits = Math.Max(Digits(least), Digits(most));
        var decimals = Math.Min(Decimals, Math.Max(0, MostDigits - digits));
        var whole = Expression.AnyOf(
            Expression.Literal("0"),
            Expression.Join(FirstDigit, Digit.Times(0, most is null ? Math.Max(MostDigits - 1, digits) : null))
        );
        return decimals == 0 ? whole : Expression.Join(whole, Expression.Join(Point, Digit.Times(1, decimals)).Optional());

        static int Digits(decimal? bound) => bound is { } some ? Parts(some).Whole.TrimStart('0').Length : 0;
    }

    private static Expression AtLeast(decimal bound, bool isAbove)
    {
        var (whole, fraction) = Parts(bound);
        var equal = new List<Expression>();
        var positive = Expression.Join(Point, Zeros, FirstDigit, AnyDigits);
        if (fraction.Length == 0)
        {
            equal.Add(isAbove ? positive : AnyFraction);
        }
        else
        {
            equal.AddRange(Differing(fraction, isGreater: true).Select(static digits => Expression.Join(Point, digits, AnyDigits)));
            equal.Add(
                Expression.Join(Point, Expression.Literal(fraction), isAbove ? Expression.Join(Zeros, FirstDigit, AnyDigits) : AnyDigits)
            );
        }

        return Expression.AnyOf([
            Expression.Join(FirstDigit, Digit.Times(whole.Length, null), AnyFraction),
            .. SameLength(whole, isGreater: true),
            Expression.Join(Expression.Literal(whole), Expression.AnyOf(equal)),
        ]);
    }

    private static Expression AtMost(decimal bound, bool isBelow)
    {
        var (whole, fraction) = Parts(bound);
        var equal = new List<Expression>();
        if (fraction.Length > 0)
        {
            // What begins the fraction, and ends, is less.
            equal.AddRange([
                .. Enumerable
                    .Range(1, fraction.Length - 1)
                    .Select(length => Expression.Join(Point, Expression.Literal(fraction[..length]))),
                .. Differing(fraction, isGreater: false).Select(static digits => Expression.Join(Point, digits, AnyDigits)),
                Expression.Nothing,
            ]);
        }

        if (!isBelow)
        {
            equal.Add(
                fraction.Length > 0
                    ? Expression.Join(Point, Expression.Literal(fraction), Zeros)
                    : Expression.Join(Point, Expression.Literal("0").Times(1, null)).Optional()
            );
        }

        return Expression.AnyOf([
            .. whole.Length > 1 ? [Expression.Join(Digit.Times(1, whole.Length - 1), AnyFraction)] : (Expression[])[],
            .. SameLength(whole, isGreater: false),
            .. equal.Count > 0 ? [Expression.Join(Expression.Literal(whole), Expression.AnyOf(equal))] : (Expression[])[],
        ]);
    }

    private static IEnumerable<Expression> SameLength(string whole, bool isGreater) =>
        Differing(whole, isGreater)
            .Select(
                (digits, place) => Expression.Join(digits, Digit.Times(whole.Length - 1 - place, whole.Length - 1 - place), AnyFraction)
            );

    // The same digits up to a place, and another one there; for each place.
    private static IEnumerable<Expression> Differing(string digits, bool isGreater)
    {
        for (var place = 0; place < digits.Length; place++)
        {
            var others = string.Concat("0123456789".Where(digit => isGreater ? digit > digits[place] : digit < digits[place]));
            yield return Expression.Join(Expression.Literal(digits[..place]), Expression.Among(others));
        }
    }

    private static (string Whole, string Fraction) Parts(decimal bound)
    {
        var parts = bound.ToString(CultureInfo.InvariantCulture).Split('.');
        return (parts[0], parts.Length > 1 ? parts[1].TrimEnd('0') : "");
    }
}
