"""Comments on change requests of GitHub, GitLab and Azure DevOps."""
