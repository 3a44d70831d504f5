namespace ModelGen.Data;

/// <summary>The fraction of the data that is held back for validation.</summary>
internal static class ValidationFraction
{
    /// <summary>The fraction where none is given.</summary>
    public const double Usual = 0.1;

    /// <summary>Checks a fraction that is given.</summary>
    /// <param name="validationFraction">The fraction; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 and below 1.</exception>
    public static void Check(double? validationFraction)
    {
        if (validationFraction is <= 0 or >= 1 or double.NaN)
        {
            throw new ArgumentOutOfRangeException(
                nameof(validationFraction),
                validationFraction,
                "The fraction held back for validation must be above 0 and below 1."
            );
        }
    }
}
