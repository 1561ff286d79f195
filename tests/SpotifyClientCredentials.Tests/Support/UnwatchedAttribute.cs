namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Leaves a test out while the run of the whole suite under watch watches the whole suite.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnwatchedAttribute(string reason) : Attribute
{
    public string Reason => reason;
}
