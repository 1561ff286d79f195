namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Leaves a test out while <see cref="Secrets.SuiteSecrecyTests"/> watches the whole suite.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnwatchedAttribute(string reason) : Attribute
{
    public string Reason => reason;
}
