namespace ModelGen.Prediction;

/// <summary>How the states of a text's tokens become one vector.</summary>
public enum EmbeddingPooling
{
    /// <summary>Their mean (Reimers and Gurevych 2019).</summary>
    Mean,

    /// <summary>The state of the first token, such as the one that describes a whole text (Devlin et al. 2019).</summary>
    First,
}
