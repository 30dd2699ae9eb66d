"""Opens reviews, takes their steps and shows what is to be done."""
