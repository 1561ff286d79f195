namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Excludes a test from SuiteSecrecyTests, which runs the others while it watches every channel.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExcludedFromSecrecyRunAttribute(string reason) : Attribute
{
    public string Reason => reason;
}
