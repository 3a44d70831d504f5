using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>The names of the elements of a tuple of tensors.</summary>
internal static class TupleNames
{
    // C# forbids them at any place of a tuple.
    private static readonly string[] Forbidden = ["Rest", "CompareTo", "Deconstruct", "Equals", "GetHashCode", "ToString"];

    /// <summary>The name of the first element, and then those of the side tensors.</summary>
    public static IEnumerable<string> Of(string first, IReadOnlyList<NamedValue> sides)
    {
        var names = new UniqueNames(Forbidden);
        yield return names.Take(first);
        foreach (var side in sides)
        {
            // Item and a number is the name that C# gives the element of that place.
            var name = Names.Pascal(side.Name);
            yield return names.Take(
                name.StartsWith("Item", StringComparison.Ordinal) && name.Length > 4 && name.Skip(4).All(char.IsDigit) ? name + "_" : name
            );
        }
    }
}
