using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>A product of tensors with weights as a call of a function.</summary>
/// <param name="Function">The C#: $0, $1, … are the tensors and after them the weights.</param>
/// <param name="Weights">The weights.</param>
internal sealed record WeightedProduct(string Function, EquatableArray<Weight> Weights)
{
    /// <summary>The call with the weights as they are.</summary>
    /// <param name="tensors">How many tensors there are beside them.</param>
    public string WithOwnWeights(int tensors)
    {
        var call = Function;
        for (var i = Weights.Count - 1; i >= 0; i--)
        {
            call = call.Replace(FormattableString.Invariant($"${tensors + i}"), Weights[i].CSharp);
        }

        return call;
    }
}

/// <summary>A weight of a module.</summary>
/// <param name="CSharp">The C# that reads it.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record Weight(string CSharp, Shape Shape)
{
    public Weight(string csharp, IEnumerable<long> shape)
        : this(csharp, new Shape(new EquatableArray<Dim>(shape.Select(length => (Dim)length))))
    {
    }
}
