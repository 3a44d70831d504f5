using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Spec;

/// <summary>Where one layer was written, and where each of its arguments was.</summary>
internal sealed record LayerPlace(SourceSpan Layer, EquatableArray<ArgumentPlace> Arguments);

/// <summary>Where an argument was written.</summary>
internal sealed record ArgumentPlace(string Name, SourceSpan Span);

/// <summary>The places that belong to a spec, kept apart from it; entry n is the layer whose origin is n.</summary>
/// <param name="Model">The model's name and the values of the file's keys.</param>
/// <param name="Layers">Its layers.</param>
internal sealed record LayerPlaces(LayerPlace Model, EquatableArray<LayerPlace> Layers)
{
    /// <summary>The places of a file that could not be read.</summary>
    public static readonly LayerPlaces None = new(new LayerPlace(SourceSpan.FileStart, default), default);

    /// <summary>The place of an argument, or of its layer or model where the argument was left out.</summary>
    public SourceSpan Find(int origin, string? argument)
    {
        var place = origin < 0 ? Model : Layers[origin];
        return place.Arguments.FirstOrDefault(candidate => candidate.Name == argument)?.Span ?? place.Layer;
    }
}
