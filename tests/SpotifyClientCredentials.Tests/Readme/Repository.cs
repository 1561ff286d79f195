namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>The clone that the tests were built in.</summary>
internal static class Repository
{
    // Not copied to the output like README.md: a copy would remain after a file was moved.
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SpotifyClientCredentials.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not lie in a clone of the repository.");
    }
}
