using System.Text;

namespace ModelGen.Generators.Classes;

/// <summary>The names of roles and blocks, from the properties that list their layers.</summary>
internal static class BlockNames
{
    /// <summary>The suffix of a role's property, which is optional for a block's.</summary>
    public const string Suffix = "Layers";

    /// <summary>OverPlaces and OverPlacesLayers -> over-places; MLP -> mlp.</summary>
    public static string Of(string property)
    {
        var name =
            property.Length > Suffix.Length && property.EndsWith(Suffix, StringComparison.Ordinal)
                ? property.Substring(0, property.Length - Suffix.Length)
                : property;
        var word = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord =
                char.IsUpper(name[i]) && i > 0 && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            word.Append(startsWord ? "-" : "").Append(char.ToLowerInvariant(name[i]));
        }

        return word.ToString();
    }
}
