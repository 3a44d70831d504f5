namespace ModelGen.Compiler.Language;

/// <summary>How a recipe, which trains a model differently from its spec, treats a key of the model.</summary>
internal enum RecipeUse
{
    /// <summary>A key of the family: recipes do not have it. A key inside a group or a word: as in the model.</summary>
    None,

    /// <summary>Every recipe sets it again.</summary>
    Required,

    /// <summary>A recipe may set it again; if left out, the model's own value applies.</summary>
    Optional,

    /// <summary>It is built into the model: a recipe may leave it out, or must give the same value.</summary>
    Fixed,

    /// <summary>Only recipes have it, and it is optional.</summary>
    Own,
}
