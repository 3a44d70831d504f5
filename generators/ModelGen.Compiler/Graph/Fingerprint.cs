using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelGen.Compiler.Graph;

/// <summary>
/// A hash of what a model computes and of the state it holds. How weights start, the precision, training and sampling are no part of it,
/// so weights fit every model of the same fingerprint.
/// </summary>
internal static class Fingerprint
{
    /// <summary>SHA-256 in hexadecimal digits.</summary>
    public static string Of(DataShape data, ModuleGraph root, IReadOnlyList<ModuleGraph> classes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, data.Vocabulary).Append('/').Append(CultureInfo.InvariantCulture, data.Context).Append('\n');
        foreach (var graph in classes.Append(root))
        {
            // The root's class is the model's name, which changes nothing that it computes.
            text.Append(graph == root ? "model" : graph.ClassName).Append(' ').Append(graph.Input.Description).Append('\n');
            foreach (var submodule in graph.Submodules)
            {
                text.Append(submodule.StateName).Append(" = ").Append(submodule.Construction).Append('\n');
            }

            var numbers = new Dictionary<Value, int> { [graph.Input] = 0 };
            foreach (var operation in graph.Operations)
            {
                text.Append(operation.Expression).Append(" <- ").Append(string.Join(" ", operation.Inputs.Select(input => numbers[input].ToString(CultureInfo.InvariantCulture)))).Append('\n');
                numbers.Add(operation.Output, numbers.Count);
            }

            // A class that only holds the roles of a model computes nothing itself.
            if (graph.Operations.Count == 0)
            {
                continue;
            }

            text.Append(numbers[graph.Output].ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        using var hash = SHA256.Create();
        return string.Concat(hash.ComputeHash(Encoding.UTF8.GetBytes(text.ToString())).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static StringBuilder Append(this StringBuilder text, CultureInfo culture, long value) => text.Append(value.ToString(culture));
}
