using System.Globalization;

namespace ModelGen.Generators.Tests.Robustness;

/// <summary>
/// How many random cases are tried: MODELGEN_RANDOM_COUNT, and MODELGEN_RANDOM_FIRST for the seed of the first. With a count of 1 and the
/// seed of a failure, that one alone.
/// </summary>
internal static class RandomCount
{
    public static IEnumerable<int> Seeds(int otherwise) =>
        Enumerable.Range(Number("MODELGEN_RANDOM_FIRST", 0), Number("MODELGEN_RANDOM_COUNT", otherwise));

    private static int Number(string variable, int otherwise) =>
        int.Parse(
            Environment.GetEnvironmentVariable(variable) ?? otherwise.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture
        );
}
